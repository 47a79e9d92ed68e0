"""The pages of external data: what there is, where it comes from, what is taken, how its refreshes went."""
