"""Wording that all consoles share: actions, strata, queues and the figures of policy."""
