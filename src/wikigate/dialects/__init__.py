"""The eras of the API, one file of declarations each."""
