/**
 * @typedef {{ dependencies?: Record<string, string>, optionalDependencies?: Record<string, string> }} LockedPackage
 * @typedef {{ packages: Record<string, LockedPackage> }} LockFile
 */

/**
 * What an override in package.json says of an optional package that is not needed here. No package has this version, so
 * npm installs nothing in its place.
 */
const leftOut = '0.0.0-left-out';

/**
 * Optional packages that some package names and the lock file lacks: those of other platforms, mostly.
 * @param {LockFile} lockFile
 * @param {Readonly<Record<string, string>>} overrides of package.json
 * @returns {string[]} a sentence each
 */
export function missingOptionals({ packages }, overrides = {}) {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(
        ([name]) => overrides[name] !== leftOut && !placesFor(path, name).some((place) => place in packages),
      )
      .map(([name, version]) => `package-lock.json lacks ${name}@${version}, which ${path} may need`),
  );
}

/**
 * Where Node looks for a package: beside the one that asks, then in every folder above.
 * @param {string} path
 * @param {string} name
 */
export function placesFor(path, name) {
  const places = [];
  for (let folder = path; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('node_modules/') - 1, 0))) {
    places.push(folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`);
    if (!folder.includes('node_modules/')) {
      places.push(`node_modules/${name}`);
      return places;
    }
  }
}
