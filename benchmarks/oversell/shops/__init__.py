"""One shop a file. Whatever lies here is in the lab; nothing lists the files.

A file opens with a line that names the shop and a text that says what is wrong with it and where
that was seen, and has `open_shop()`, which returns an empty inventory. `SOUND = True` marks a
shop that is right, so that the lab also shows that the style of these shops is not what is
caught.
"""
