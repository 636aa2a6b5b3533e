import { describe, expect, it } from 'vitest';
import { judgeDefinitions } from '../../../../src/cli/definitions/ask-api-server.ts';
import type { Pod } from '../../../../src/kubernetes/pod.ts';
import { inOneLine } from '../../../../src/sidecars/definition-problem.ts';
import { parseDefinition } from '../../../../src/sidecars/parse-definition.ts';
import { definitionText } from '../../sidecars/definition-text.ts';

function read(spec: string) {
  const reading = parseDefinition('logs.yaml', definitionText(spec));
  if (!reading.definition) throw new Error(reading.problems.map(inOneLine).join('\n'));
  return reading;
}

const small = read(`
  parameters:
    port: {type: port}
  container: {image: "a:1", ports: [{containerPort: "\${port}"}]}
`);

/** An API server that says something about some pods, and the pods that it was asked about. */
function server(says: (pod: Pod) => string | undefined) {
  const asked: Pod[] = [];
  const refusalOf = async (pod: Pod) => {
    asked.push(pod);
    return says(pod);
  };
  return { asked, refusalOf };
}

describe('definitions that the API server judges', () => {
  it('are put into a pod that carries no annotation of ours, in each mode and each scenario', async () => {
    const { asked, refusalOf } = server(() => undefined);
    expect(await judgeDefinitions({ refusalOf }, [small])).toEqual([]);
    const [plain, ...pods] = asked;
    expect(plain?.spec.initContainers).toBeUndefined();
    expect(
      pods.map(({ spec }) => [
        spec.initContainers?.length,
        spec.containers?.length,
        JSON.stringify(spec).includes('8080'),
      ]),
    ).toEqual([
      [1, 1, false],
      [undefined, 2, false],
      [1, 1, true],
      [undefined, 2, true],
    ]);
    expect(JSON.stringify(asked)).not.toContain('sidecar.io/');
  });

  it('have each problem told once, with the values that it was found with', async () => {
    const says = ({ spec }: Pod) =>
      spec.initContainers || spec.containers?.[1]
        ? `Pod "x" is invalid: spec.${spec.initContainers ? 'initContainers[0]' : 'containers[1]'}.image: no`
        : undefined;
    const problems = await judgeDefinitions({ refusalOf: server(says).refusalOf }, [small]);
    expect(problems.map(inOneLine)).toEqual([
      'logs.yaml:8:22: spec.container.image: the API server refuses the pod in mode native with its defaults: spec.initContainers[0].image: no',
    ]);
  });

  it('are not judged where a pod without a sidecar would be refused', async () => {
    const judged = judgeDefinitions(
      server(() => 'no pods here'),
      [small],
    );
    await expect(judged).rejects.toThrow(
      'a pod without a sidecar is refused, so none can be judged there: no pods here',
    );
  });

  it('are not judged where that would be too many pods', async () => {
    const { asked, refusalOf } = server(() => undefined);
    const judged = judgeDefinitions(
      { refusalOf },
      Array.from({ length: 600 }, () => small),
    );
    await expect(judged).rejects.toThrow('2400 pods to judge, at most 2000; name fewer files at once');
    expect(asked).toHaveLength(1);
  });
});
