// publicodes on a task: one applicant at a time, status and amount of every program.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import Publicodes from 'publicodes'

const Engine = Publicodes.default ?? Publicodes
const task = JSON.parse(readFileSync(process.argv[3], 'utf8'))
const signs = { ge: '>=', gt: '>', le: '<=', lt: '<', is: '=' }
const nameOf = (fact) => fact.replace('@', ' y').replaceAll('_', ' ')
const valueOf = (value) => (typeof value === 'boolean' ? (value ? 'oui' : 'non') : typeof value === 'string' ? `'${value}'` : value)

const test = ([fact, word, bound]) =>
  word === 'in'
    ? { 'une de ces conditions': bound.map((each) => `${nameOf(fact)} = ${valueOf(each)}`) }
    : `${nameOf(fact)} ${signs[word]} ${valueOf(bound)}`

const seconds = (since) => {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1e6
}
let start = process.cpuUsage()
const rules = {}
for (const [fact, kind] of Object.entries(task.facts)) rules[nameOf(fact)] = kind === 'bool' ? 'non' : kind === 'str' ? "''" : 0
task.programs.forEach((program, number) => {
  rules[`p${number}`] = { 'toutes ces conditions': program.all.map(test) }
  if (program.rate) {
    const [fact, percent, cap] = program.rate
    rules[`a${number}`] = { valeur: `${nameOf(fact)} * ${percent} / 100`, plafond: cap, arrondi: 'oui' }
  }
})
const engine = new Engine(rules)
const people = task.applicants.map((one) =>
  Object.fromEntries(Object.entries(one).map(([fact, value]) => [nameOf(fact), valueOf(value)]))
)
const run = (asked) => {
  let yes = 0
  let sum = 0
  for (const one of asked) {
    engine.setSituation(one)
    task.programs.forEach((program, number) => {
      if (engine.evaluate(`p${number}`).nodeValue === true) {
        yes += 1
        if (program.rate) sum += engine.evaluate(`a${number}`).nodeValue
      }
    })
  }
  return [yes, sum]
}
const digest = run(people.slice(0, 3))
console.log(JSON.stringify({ built: seconds(start), digest }))
for await (const line of createInterface({ input: process.stdin })) {
  start = process.cpuUsage()
  run(people)
  console.log(JSON.stringify({ seconds: seconds(start), peak: process.memoryUsage.rss() / 2 ** 20 }))
}
