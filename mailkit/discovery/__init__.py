"""Find the settings for an address where domains publish them, and check each without a password.

``sources`` asks, ``discover`` compares and checks, ``result`` has the result and its presentations.
"""
