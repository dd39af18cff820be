"""Hold the use cases of the service: each is one transaction, called by pages, API and command line alike."""
