/** @typedef {{ packages: Record<string, { optionalDependencies?: Record<string, string> }> }} LockFile */

/**
 * Optional packages that some package names and the lock file lacks: those of other platforms, mostly.
 * @param {LockFile} lockFile
 * @returns {string[]} a sentence each
 */
export function missingOptionals({ packages }) {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !placesFor(path, name).some((place) => place in packages))
      .map(([name, version]) => `package-lock.json lacks ${name}@${version}, which ${path} may need`),
  );
}

/**
 * Where Node looks for a package: beside the one that asks, then in every folder above.
 * @param {string} path
 * @param {string} name
 */
function placesFor(path, name) {
  const places = [];
  for (let folder = path; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('node_modules/') - 1, 0))) {
    places.push(folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`);
    if (!folder.includes('node_modules/')) {
      places.push(`node_modules/${name}`);
      return places;
    }
  }
}
