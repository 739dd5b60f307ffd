"""Reports that come by themselves: what a trust wants, how often, for whom (5.5)."""
