"""What strangers own: the mass of every register, drawn as whole columns. Debtors stand in `demo.stories`."""
