"""The index folder: its writer lock, its generations, and what builds, updates and checks them."""
