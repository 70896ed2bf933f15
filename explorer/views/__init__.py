"""What people look at: the Panel app, notebook widgets, image viewers. Loaded only when asked for."""
