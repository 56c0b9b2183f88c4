"""Find the settings for an address where domains publish them, and check each without a password.

``sources`` asks, ``discover`` compares and checks, ``result`` is what came out.
"""
