package main

import (
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	plugincel "k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/mutating/patch"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	"k8s.io/apiserver/pkg/cel/environment"
)

// mode lets an expression use what the API server accepts in new policies. Policies that are stored may use more, so that
// a version can be rolled back; whoever creates one gets the errors of this mode.
const mode = environment.NewExpressions

type mutatingPolicy struct {
	*admissionregistrationv1.MutatingAdmissionPolicy
	bindings []*admissionregistrationv1.MutatingAdmissionPolicyBinding
	recorder recorder
	compiler *plugincel.CompositedCompiler
	// matcher is nil where there are no conditions.
	matcher  matchconditions.Matcher
	patchers []patch.Patcher
}

type validatingPolicy struct {
	*admissionregistrationv1.ValidatingAdmissionPolicy
	bindings  []*admissionregistrationv1.ValidatingAdmissionPolicyBinding
	recorder  recorder
	validator validating.Validator
	messages  *messageCondition
}

// compileMutating does what compilePolicy of k8s.io/apiserver/pkg/admission/plugin/policy/mutating does, which is private.
func compileMutating(policy *admissionregistrationv1.MutatingAdmissionPolicy) (*mutatingPolicy, *recordingCompiler, error) {
	compiled := &mutatingPolicy{MutatingAdmissionPolicy: policy}
	compiled.recorder.reset()
	compiler, recording, err := newCompiler(policy.Name, &compiled.recorder)
	if err != nil {
		return nil, nil, err
	}
	compiled.compiler = compiler
	options := plugincel.OptionalVariableDeclarations{HasParams: policy.Spec.ParamKind != nil, HasAuthorizer: true}
	compileVariables(compiler, recording, policy.Spec.Variables, options)
	compiled.matcher = compileMatcher(compiler, recording, conditionsOf{policy.Spec.MatchConditions, policy.Spec.FailurePolicy}, options)
	options.HasPatchTypes = true
	for i, mutation := range policy.Spec.Mutations {
		place := mutationPlace(i)
		switch {
		case mutation.PatchType == admissionregistrationv1.PatchTypeJSONPatch && mutation.JSONPatch != nil:
			accessor := recording.at(place, &patch.JSONPatchCondition{Expression: mutation.JSONPatch.Expression})
			compiled.patchers = append(compiled.patchers, patch.NewJSONPatcher(compiler.CompileMutatingEvaluator(accessor, options, mode)))
		default:
			// ApplyConfiguration needs the schemas of a running API server.
			return nil, nil, fmt.Errorf("%s: only patchType JSONPatch with a jsonPatch can be evaluated", place)
		}
	}
	return compiled, recording, nil
}

func mutationPlace(index int) string { return fmt.Sprintf("mutations[%d]", index) }

// compileValidating does what compilePolicy of k8s.io/apiserver/pkg/admission/plugin/policy/validating does.
func compileValidating(policy *admissionregistrationv1.ValidatingAdmissionPolicy) (*validatingPolicy, *recordingCompiler, error) {
	compiled := &validatingPolicy{ValidatingAdmissionPolicy: policy}
	compiled.recorder.reset()
	compiler, recording, err := newCompiler(policy.Name, &compiled.recorder)
	if err != nil {
		return nil, nil, err
	}
	spec := policy.Spec
	options := plugincel.OptionalVariableDeclarations{HasParams: spec.ParamKind != nil, HasAuthorizer: true}
	messageOptions := plugincel.OptionalVariableDeclarations{HasParams: spec.ParamKind != nil}
	compileVariables(compiler, recording, spec.Variables, options)
	matcher := compileMatcher(compiler, recording, conditionsOf{spec.MatchConditions, spec.FailurePolicy}, options)
	validations := make([]plugincel.ExpressionAccessor, len(spec.Validations))
	messages := make([]plugincel.ExpressionAccessor, len(spec.Validations))
	for i, validation := range spec.Validations {
		place := validationPlace(i)
		validations[i] = recording.at(place, &validating.ValidationCondition{
			Expression: validation.Expression, Message: validation.Message, Reason: validation.Reason,
		})
		if validation.MessageExpression != "" {
			messages[i] = recording.at(messagePlace(i), &validating.MessageExpressionCondition{
				MessageExpression: validation.MessageExpression,
			})
		}
	}
	annotations := make([]plugincel.ExpressionAccessor, len(spec.AuditAnnotations))
	for i, annotation := range spec.AuditAnnotations {
		annotations[i] = recording.at(annotationPlace(annotation.Key), &validating.AuditAnnotationCondition{
			Key: annotation.Key, ValueExpression: annotation.ValueExpression,
		})
	}
	condition := func(scope string, accessors []plugincel.ExpressionAccessor) plugincel.ConditionEvaluator {
		return &scopedCondition{compiler.CompileCondition(accessors, options, mode), scope, &compiled.recorder}
	}
	// Messages are paid for from what the validations left.
	compiled.messages = &messageCondition{ConditionEvaluator: compiler.CompileCondition(messages, messageOptions, mode)}
	compiled.validator = validating.NewValidator(
		condition("validations", validations),
		matcher,
		condition("auditAnnotations", annotations),
		compiled.messages,
		spec.FailurePolicy,
		nil,
	)
	return compiled, recording, nil
}

func validationPlace(index int) string { return fmt.Sprintf("validations[%d]", index) }

func messagePlace(index int) string { return validationPlace(index) + ".messageExpression" }

func annotationPlace(key string) string { return fmt.Sprintf("auditAnnotations[%s]", key) }

func compileVariables(compiler *plugincel.CompositedCompiler, recording *recordingCompiler, variables []admissionregistrationv1.Variable, options plugincel.OptionalVariableDeclarations) {
	for _, variable := range variables {
		accessor := &validating.Variable{Name: variable.Name, Expression: variable.Expression}
		recording.at(fmt.Sprintf("variables[%s]", variable.Name), accessor)
		compiler.CompileAndStoreVariable(accessor, options, mode)
	}
}

type conditionsOf struct {
	conditions    []admissionregistrationv1.MatchCondition
	failurePolicy *admissionregistrationv1.FailurePolicyType
}

func compileMatcher(compiler *plugincel.CompositedCompiler, recording *recordingCompiler, of conditionsOf, options plugincel.OptionalVariableDeclarations) matchconditions.Matcher {
	if len(of.conditions) == 0 {
		return nil
	}
	accessors := make([]plugincel.ExpressionAccessor, len(of.conditions))
	for i := range of.conditions {
		condition := matchconditions.MatchCondition(of.conditions[i])
		accessors[i] = recording.at(fmt.Sprintf("%s[%s]", matchConditions, condition.Name), &condition)
	}
	evaluator := &scopedCondition{compiler.CompileCondition(accessors, options, mode), matchConditions, recording.recorder}
	return matchconditions.NewMatcher(evaluator, of.failurePolicy, "policy", "validate", recording.policy)
}
