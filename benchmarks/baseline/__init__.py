"""The yardstick: the same tasks as a good AWS sample writes them, and frozen, so that ratios stay comparable.

Everything is imported and every client is made at module level; a reply is read whole, parsed, decoded and stored
picture by picture. It works, and nothing in it is slower than it has to be in that style. Must not know Darkroom.
"""
