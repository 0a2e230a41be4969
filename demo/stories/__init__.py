"""What the debtors own, and what happens to it from night to night. Every story leaves its truth behind."""
