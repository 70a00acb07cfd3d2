"""Sandbox: simulated AI consoles in which a learner accepts, changes, rejects or escalates what an AI proposes."""
