"""Reply Desk: the ticket queue of customer service, where an AI reads, proposes a remedy and drafts the answer."""
