import type { FlowInfo, RecipeInfo } from '../shared/recipe.ts';
import { memoryLimits, nextLimit, nodeLimits, type Parameter } from '../shared/request.ts';

/** Where the schema is published, and what a lab file names in `# yaml-language-server: $schema=…`. */
export const labFileSchemaPath = 'resources/quorate.schema.json';

/**
 * JSON Schema (draft 2020-12) of a lab file, from the same data that checks one: editors complete and mark it as it is typed. Settings are
 * those of the recipe that the file names.
 */
export function labFileSchema(recipes: readonly RecipeInfo[]): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Quorate lab file',
    description: 'A lab for `quorate deploy FILE`. File name: *.quorate.yaml',
    type: 'object',
    properties: {
      recipe: {
        description: 'Kind of lab.',
        enum: recipes.map((recipe) => recipe.kind),
      },
      name: {
        description: 'Name of the lab; without it, one that is free.',
        type: 'string',
        pattern: '^[a-z]([a-z0-9-]*[a-z0-9])?$',
        maxLength: 32,
      },
      nodes: {
        description: 'Number of nodes.',
        type: 'integer',
        minimum: nodeLimits.min,
        maximum: nodeLimits.max,
      },
      memoryMiB: {
        description: 'Memory limit of each node in MiB.',
        type: 'integer',
        minimum: memoryLimits.min,
        maximum: memoryLimits.max,
        default: memoryLimits.default,
      },
      settings: { description: 'Settings of the recipe.', type: 'object' },
      then: {
        description: 'Flows of the recipe, done one after the other once the lab is healthy.',
        type: 'array',
        maxItems: nextLimit,
        items: {
          type: 'object',
          properties: {
            do: { description: 'The flow.', type: 'string' },
            on: { description: 'The node it is started on, where it is for a node.', type: 'string' },
            with: { description: 'Settings of the flow.', type: 'object' },
          },
          required: ['do'],
          additionalProperties: false,
        },
      },
    },
    required: ['recipe'],
    additionalProperties: false,
    allOf: recipes.map((recipe) => ({
      if: { properties: { recipe: { const: recipe.kind } } },
      then: {
        properties: {
          nodes: { default: recipe.defaultNodes },
          settings: parametersSchema(recipe.parameters),
          then:
            recipe.flows.length === 0
              ? { maxItems: 0 }
              : {
                  items: {
                    properties: { do: { enum: recipe.flows.map(({ id }) => id) } },
                    allOf: recipe.flows.map(flowSchema),
                  },
                },
        },
      },
    })),
  };
}

function flowSchema(flow: FlowInfo): object {
  const node = { pattern: `^node-[1-${nodeLimits.max}]$` };
  return {
    if: { properties: { do: { const: flow.id } } },
    then: {
      description: flow.help,
      properties: { with: parametersSchema(flow.parameters), on: flow.on === 'node' ? node : false },
      ...(flow.on === 'node' ? { required: ['on'] } : {}),
    },
  };
}

function parametersSchema(parameters: readonly Parameter[]): object {
  return {
    properties: Object.fromEntries(parameters.map((parameter) => [parameter.key, parameterSchema(parameter)])),
    additionalProperties: false,
  };
}

function parameterSchema(parameter: Parameter): object {
  const common = { title: parameter.title, description: parameter.help, default: parameter.default };
  switch (parameter.type) {
    case 'integer':
      return { ...common, type: 'integer', minimum: parameter.min, maximum: parameter.max };
    case 'choice':
      return { ...common, enum: parameter.choices.map((choice) => choice.value) };
    case 'boolean':
      return { ...common, type: 'boolean' };
    case 'text':
      return { ...common, type: 'string', maxLength: parameter.max, ...(parameter.required ? { minLength: 1 } : {}) };
  }
}
