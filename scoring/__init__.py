"""The reference scoring layer: from published results and a ledger of its own to composite, quota, grade and year. It proposes; people decide."""
