"""What schemathesis is told besides the OpenAPI document: a PDF is sent as the bytes that it is."""

import schemathesis

schemathesis.serializer.alias("application/pdf", "application/octet-stream")
