"""Pages and figures that people read."""
