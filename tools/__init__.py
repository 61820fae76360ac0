"""Tools for those who build Claimdesk; the workbench itself does not need them."""
