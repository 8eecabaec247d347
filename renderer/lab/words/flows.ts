/** What is done with the product: flows of a recipe. */
export const flowWords = {
  flows: {
    do: 'Do',
    doOn: (name: string) => `Do on ${name}`,
    item: 'Do…',
    asks: (title: string) => `${title}…`,
    palette: (title: string, on: string) => `Do: ${title} on ${on}…`,
    busy: 'a run changes the lab',
    node: 'Node',
    nodeHelp: 'Where it is started.',
    loses: 'What is lost by it',
    leave: 'Leave it',
    notStarted: 'It was not started',
    run: 'What was done',
    close: 'Close the steps',
    width: 'Width of the steps',
  },
} as const;
