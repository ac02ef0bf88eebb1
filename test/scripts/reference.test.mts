import path from 'node:path'
import ts from 'typescript-5.9'
import {describe, expect, it} from 'vitest'
import {ROOT} from '#paths'
import {typedoc} from '../../scripts/docs.mjs'

/** Properties whose name says all that there is to say, wherever they stand. */
const SAY_THEMSELVES = new Set(
  'movieId movieIds userId title titles genres name engine kind edition spec message options words'.split(' ')
)

const program = ts.createProgram([path.join(ROOT, 'lib/dist/index.d.ts')], {
  moduleResolution: ts.ModuleResolutionKind.Node16,
  module: ts.ModuleKind.Node16,
  types: []
})
const checker = program.getTypeChecker()
const index = program.getSourceFile(path.join(ROOT, 'lib/dist/index.d.ts')) as ts.SourceFile
const exported = checker
  .getExportsOfModule(checker.getSymbolAtLocation(index) as ts.Symbol)
  .map(one => (one.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one))
const isSilent = (symbol: ts.Symbol): boolean => symbol.getDocumentationComment(checker).length === 0

/** The members that a class or an interface declares for everyone. */
function membersOf(symbol: ts.Symbol): ts.Symbol[] {
  const all = [...(symbol.members?.values() ?? []), ...(symbol.exports?.values() ?? [])]
  return all.filter(member =>
    member.declarations?.some(one => {
      const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected
      const named =
        ts.isPropertySignature(one) || ts.isPropertyDeclaration(one) || ts.isMethodDeclaration(one)
      return named && (ts.getCombinedModifierFlags(one) & hidden) === 0
    })
  )
}

describe('the reference', () => {
  it('has a sentence for every export', () => {
    expect(exported.length).toBeGreaterThan(200)
    expect(exported.filter(isSilent).map(one => one.name)).toEqual([])
  })

  it('has a sentence for every member whose name does not say all', () => {
    const silent = exported.flatMap(one =>
      membersOf(one)
        .filter(
          member => isSilent(member) && !SAY_THEMSELVES.has(member.name) && !/^(__|#)/.test(member.name)
        )
        .map(member => `${one.name}.${member.name}`)
    )
    expect(silent).toEqual([])
  })

  it('is made without a warning', async () => {
    const {code, output} = await typedoc(['--emit', 'none'])
    expect(output).not.toMatch(/warning|error/i)
    expect(code).toBe(0)
  })
})
