"""Random damage to what strangers send: notebooks by structure and by bytes, frames by bytes.

``make test`` tries a fixed choice of 200 cases of each, ``make fuzz`` 2,000 new ones.
"""
