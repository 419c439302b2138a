"""Messages as bytes and as values; nothing here touches a network, a folder or the clock."""
