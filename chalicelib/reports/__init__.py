"""Reports over a period: figures gathered, small numbers hidden, shown as page, PDF and CSV."""
