import { basename } from 'node:path';
import type { Plugin } from 'vite';

/**
 * The bundler gives its few helpers a file of their own, which every page would request: they move in with the
 * libraries, which every page has.
 */
export function helpersInLibraries(): Plugin {
  return {
    name: 'helpers-in-libraries',
    apply: 'build',
    // Files are named by their content before this, and a browser keeps a name for ever.
    augmentChunkHash: () => [movedIn, importedFrom, sharedName].join('\n'),
    generateBundle: {
      // Before the start page lists the files to load.
      order: 'pre',
      handler(_options, bundle) {
        const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
        const helpers = chunks.find(({ name }) => name === 'rolldown-runtime');
        const libraries = chunks.find(({ name }) => name === 'libraries');
        if (helpers === undefined || libraries === undefined)
          return this.error(
            'no chunk of helpers or of libraries: have the groups of `codeSplitting` changed?',
          );
        for (const chunk of chunks) {
          if (!chunk.imports.includes(helpers.fileName)) continue;
          const others = chunk.imports.filter((file) => file !== helpers.fileName);
          const isLibraries = chunk === libraries;
          chunk.code = replaceImport(chunk.code, helpers.fileName, (names) =>
            isLibraries ? movedIn(helpers.code, names) : importedFrom(libraries.fileName, names),
          );
          chunk.imports = isLibraries ? others : [...new Set([libraries.fileName, ...others])];
        }
        delete bundle[helpers.fileName];
      },
    },
  };
}

/** What a helper is called in the one file and in the other. */
type Name = readonly [from: string, to: string];

function namesIn(list: string): Name[] {
  return list.split(',').map((name) => {
    const [from = '', to = from] = name.split(' as ');
    return [from, to];
  });
}

function replaceImport(code: string, fileName: string, replacement: (names: Name[]) => string): string {
  const end = `}from"./${basename(fileName)}";`;
  const endAt = code.indexOf(end);
  const startAt = code.lastIndexOf('import{', endAt);
  if (endAt === -1 || startAt === -1) throw new Error(`an import of ${fileName} has an unknown form`);
  const names = namesIn(code.slice(startAt + 'import{'.length, endAt));
  return code.slice(0, startAt) + replacement(names) + code.slice(endAt + end.length);
}

/** The helpers, closed in so that none of their names meets one of the libraries'. */
function movedIn(helpers: string, names: readonly Name[]): string {
  const exportAt = helpers.lastIndexOf('export{');
  const exported = namesIn(helpers.slice(exportAt + 'export{'.length, helpers.lastIndexOf('}')));
  const returned = exported.map(([inner, outer]) => `${sharedName(outer)}:${inner}`);
  const shared = exported.map(([, outer]) => sharedName(outer));
  const own = names.map(([outer, local]) => `${local}=${sharedName(outer)}`);
  return `var{${shared.join()}}=(()=>{${helpers.slice(0, exportAt)}return{${returned.join()}}})(),${own.join()};export{${shared.join()}};`;
}

function importedFrom(fileName: string, names: readonly Name[]): string {
  const list = names.map(([outer, local]) => `${sharedName(outer)} as ${local}`);
  return `import{${list.join()}}from"./${basename(fileName)}";`;
}

function sharedName(name: string): string {
  return `helper_${name}`;
}
