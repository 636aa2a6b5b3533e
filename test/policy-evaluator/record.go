package main

import (
	"context"
	"fmt"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types/ref"
	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apiserver/pkg/admission"
	plugincel "k8s.io/apiserver/pkg/admission/plugin/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
)

const matchConditions = "matchConditions"

// recorder keeps what the expressions of one policy cost in one review. The API server counts the same numbers, but only
// keeps what is left of a budget; here each expression's program tells its own.
type recorder struct {
	// scope is the budget that is being used up: expressions that are evaluated together share one.
	scope  string
	places []string
	costs  map[string]uint64
	spent  map[string]uint64
	peaks  map[string]uint64
}

func (r *recorder) reset() {
	*r = recorder{costs: map[string]uint64{}, spent: map[string]uint64{}, peaks: map[string]uint64{}}
}

func (r *recorder) begin(scope string) {
	r.scope = scope
	r.spent[scope] = 0
}

// add keeps the most that one evaluation cost: a variable is evaluated anew for each mutation, and in each pass.
func (r *recorder) add(place string, cost uint64) {
	if _, isKnown := r.costs[place]; !isKnown {
		r.places = append(r.places, place)
	}
	r.costs[place] = max(r.costs[place], cost)
	r.spent[r.scope] += cost
	r.peaks[r.scope] = max(r.peaks[r.scope], r.spent[r.scope])
}

// entries tells the expressions' costs in the order of their first evaluation, then what the most expensive budget spent.
func (r *recorder) entries(policy string) []costEntry {
	entries := []costEntry{}
	for _, place := range r.places {
		cost := r.costs[place]
		entries = append(entries, costEntry{policy, place, cost, float64(cost) / celconfig.PerCallLimit})
	}
	var total uint64
	for scope, cost := range r.peaks {
		if scope != matchConditions {
			total = max(total, cost)
		}
	}
	// Match conditions have a smaller budget of their own.
	if cost, isSpent := r.peaks[matchConditions]; isSpent {
		share := float64(cost) / celconfig.RuntimeCELCostBudgetMatchConditions
		entries = append(entries, costEntry{policy, "total of " + matchConditions, cost, share})
	}
	return append(entries, costEntry{policy, "total", total, float64(total) / celconfig.RuntimeCELCostBudget})
}

// recordingProgram is the program of the API server, which tells what each evaluation cost.
type recordingProgram struct {
	cel.Program
	place    string
	recorder *recorder
}

func (p *recordingProgram) ContextEval(ctx context.Context, vars any) (ref.Val, *cel.EvalDetails, error) {
	value, details, err := p.Program.ContextEval(ctx, vars)
	if details != nil {
		if cost := details.ActualCost(); cost != nil {
			p.recorder.add(p.place, *cost)
		}
	}
	return value, details, err
}

// recordingCompiler compiles with the API server's compiler, and knows where each expression stands in the policy.
type recordingCompiler struct {
	compiler plugincel.Compiler
	recorder *recorder
	policy   string
	// places are by the pointer: the API server wants its own types of accessors back.
	places      map[plugincel.ExpressionAccessor]string
	errors      []placedError
	expressions []expressionEntry
}

func (c *recordingCompiler) at(place string, accessor plugincel.ExpressionAccessor) plugincel.ExpressionAccessor {
	c.places[accessor] = place
	return accessor
}

func (c *recordingCompiler) CompileCELExpression(accessor plugincel.ExpressionAccessor, options plugincel.OptionalVariableDeclarations, mode environment.Type) plugincel.CompilationResult {
	place := c.places[accessor]
	result := c.compiler.CompileCELExpression(accessor, options, mode)
	c.expressions = append(c.expressions, expressionEntry{c.policy, place, len([]rune(accessor.GetExpression()))})
	if result.Error != nil {
		c.errors = append(c.errors, placedError{Policy: c.policy, Place: place, Error: result.Error.Error()})
	} else {
		result.Program = &recordingProgram{result.Program, place, c.recorder}
	}
	return result
}

func (c *recordingCompiler) CompileCondition(accessors []plugincel.ExpressionAccessor, options plugincel.OptionalVariableDeclarations, mode environment.Type) plugincel.ConditionEvaluator {
	results := make([]plugincel.CompilationResult, len(accessors))
	for i, accessor := range accessors {
		if accessor != nil {
			results[i] = c.CompileCELExpression(accessor, options, mode)
		}
	}
	return plugincel.NewCondition(results)
}

func (c *recordingCompiler) CompileMutatingEvaluator(accessor plugincel.ExpressionAccessor, options plugincel.OptionalVariableDeclarations, mode environment.Type) plugincel.MutatingEvaluator {
	return plugincel.NewMutatingEvaluator(c.CompileCELExpression(accessor, options, mode))
}

// newCompiler is the API server's compiler with shared variables, whose three parts are replaced by recording ones.
func newCompiler(policy string, recorder *recorder) (*plugincel.CompositedCompiler, *recordingCompiler, error) {
	composited, err := plugincel.NewCompositedCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
	if err != nil {
		return nil, nil, fmt.Errorf("failed to initialize CEL compiler: %w", err)
	}
	recording := &recordingCompiler{
		compiler: composited.Compiler,
		recorder: recorder,
		policy:   policy,
		places:   map[plugincel.ExpressionAccessor]string{},
	}
	composited.Compiler = recording
	composited.ConditionCompiler = recording
	composited.MutatingCompiler = recording
	return composited, recording, nil
}

// scopedCondition starts a budget of its own.
type scopedCondition struct {
	plugincel.ConditionEvaluator
	scope    string
	recorder *recorder
}

func (c *scopedCondition) ForInput(ctx context.Context, attributes *admission.VersionedAttributes, request *admissionv1.AdmissionRequest, variables plugincel.OptionalVariableBindings, namespace *corev1.Namespace, budget int64) ([]plugincel.EvaluationResult, int64, error) {
	c.recorder.begin(c.scope)
	return c.ConditionEvaluator.ForInput(ctx, attributes, request, variables, namespace, budget)
}

// messageCondition keeps what went wrong with message expressions, which the API server only logs: users then read
// another message.
type messageCondition struct {
	plugincel.ConditionEvaluator
	failures []error
}

func (c *messageCondition) ForInput(ctx context.Context, attributes *admission.VersionedAttributes, request *admissionv1.AdmissionRequest, variables plugincel.OptionalVariableBindings, namespace *corev1.Namespace, budget int64) ([]plugincel.EvaluationResult, int64, error) {
	results, left, err := c.ConditionEvaluator.ForInput(ctx, attributes, request, variables, namespace, budget)
	c.failures = make([]error, len(results))
	for i, result := range results {
		c.failures[i] = result.Error
	}
	return results, left, err
}
