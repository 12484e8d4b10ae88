const adjectives =
  'able amber bold brave brisk calm clear clever cosmic eager fair fast fine fond gentle glad golden grand happy keen kind light lively lucky mellow merry mild neat noble plucky proud quick quiet rapid ready sharp shiny silent silver smart solid spry steady sunny swift tidy true vivid warm wise witty'.split(
    ' ',
  );
const animals =
  'badger beaver bison crane cricket curlew deer dolphin eagle egret falcon ferret finch fox gecko hare heron ibex jackdaw kestrel kite lark lemur linnet lynx marten mole moose newt ocelot orca osprey otter owl panda pigeon plover puffin quail rabbit raven robin seal shrew sparrow stork swan tern thrush tiger toad trout turtle vole whale wren'.split(
    ' ',
  );

/**
 * A name for what was given none, e.g. `calm-otter`: easy to say, to type and to tell from the next.
 * `random`: a whole number from 0 up to, but not including, `below`.
 */
export function madeUpName(random: (below: number) => number): string {
  return `${adjectives[random(adjectives.length)]}-${animals[random(animals.length)]}`;
}
