"""The voting protocol Belenios, version 1, group Ed25519: pure functions, no database, no clock."""
