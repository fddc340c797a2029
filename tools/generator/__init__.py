"""The generator's parts: readers of api/ and sql/ (models with places), checks, and writers of C and JSON."""
