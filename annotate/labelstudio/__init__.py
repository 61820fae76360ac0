"""Label Studio: a project linked with one there, and both kept in step."""
