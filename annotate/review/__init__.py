"""The review loop: from the articles handed out to the gold layer that stands in the end."""
