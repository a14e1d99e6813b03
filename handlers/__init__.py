"""One module per spec, one function per operationId: translate, call, translate back."""
