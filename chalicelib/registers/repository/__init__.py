"""Where the registers stand in the table: keys, and the model to rows and back."""
