# Thin: each line also works by hand.

# Run the server
run *FLAGS:
    cargo run --release -- server {{FLAGS}}

# Pass the tests
test *FLAGS:
    ./test {{FLAGS}}

# Pass the tests of the API and the store on PostgreSQL and MariaDB
test-databases:
    ./test --databases

# Look at form and lints
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# Rewrite the document of the API
openapi:
    cargo run --quiet -- openapi > openapi.json

# Measure against the yardsticks of docs/performance.md
bench:
    python3 tests/load/first_light.py
    python3 tests/load/whole_api.py
    python3 tests/load/packs_out.py
