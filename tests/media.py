"""What schemathesis does not know of media types: it loads this before it runs (tests/test_schemathesis.py)."""

import schemathesis

# A piece of a file, as the tus protocol calls it, is bytes like any other.
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
