"""What a person can do, as data: menus, shortcuts and the command palette come from one list."""
