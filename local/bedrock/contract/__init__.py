"""One module per family of models: what a request may say, and the shape of the reply."""
