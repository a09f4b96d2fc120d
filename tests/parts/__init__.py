"""What the tests are built with: real parts that are started here, and builders that act as people do."""
