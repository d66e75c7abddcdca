"""Mail: mailboxes and single messages, an item each."""
