"""What leaves on paper: certificates, letters with a code, lists. Made by the documents queue."""
