{
  description = "Terminal dashboard and command line for Axiom's API tokens";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "x86_64-darwin"
        "aarch64-darwin"
      ];
      forEach = f: nixpkgs.lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system});
      manifest = (nixpkgs.lib.importTOML ./Cargo.toml).package;
    in
    {
      packages = forEach (pkgs: {
        default = pkgs.rustPlatform.buildRustPackage {
          pname = manifest.name;
          inherit (manifest) version;
          src = self;
          cargoLock.lockFile = ./Cargo.lock;
          # Shown by `axtok --version`.
          env.AXTOK_COMMIT = self.rev or self.dirtyRev or "";
          # Tests use pseudo-terminals and loopback, which the sandbox lacks in part.
          doCheck = false;
          nativeBuildInputs = [ pkgs.installShellFiles ];
          # Completions call the program by the name by which it was called.
          postInstall = ''
            PATH=$out/bin:$PATH
            axtok man --dir man
            installManPage man/*.1
            for shell in bash zsh fish; do
              axtok completions $shell > axtok.$shell
            done
            installShellCompletion axtok.{bash,zsh,fish}
          '';
          meta = {
            inherit (manifest) description;
            homepage = manifest.repository;
            license = nixpkgs.lib.licenses.mit;
            mainProgram = "axtok";
            platforms = systems;
          };
        };
      });
    };
}
