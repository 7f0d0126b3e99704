"""Orders, and how they are paid."""
