"""The rules: one file for each layer, one function for each finding.

``static`` collects those about what was written, ``wire`` those about what was seen, and ``catalogue`` all of
them. The order of the families, and of the functions in a file, is the order of causes: where two
findings about the wire are there at once, the one that stands first is the cause.
"""
