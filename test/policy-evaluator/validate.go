package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// validate does what Dispatch of k8s.io/apiserver/pkg/admission/plugin/policy/validating does, but for the response: the
// API server only tells the first of the decisions.
func (r *run) validate(policy *validatingPolicy) error {
	isMatch, target, err := r.matches(validating.NewValidatingAdmissionPolicyAccessor(policy.ValidatingAdmissionPolicy))
	if err != nil {
		r.fail(policy.Name, "matchConstraints", err, policy.ignoresErrors())
	}
	if err != nil || !isMatch {
		return nil
	}
	attributes, err := admission.NewVersionedAttributes(r.attributes, target.kind, interfaces)
	if err != nil {
		return err
	}
	for _, binding := range policy.bindings {
		isMatch, err := r.matcher.BindingMatches(r.attributes, interfaces, validating.NewValidatingAdmissionPolicyBindingAccessor(binding))
		if err != nil {
			r.fail(policy.Name, "matchResources", err, policy.ignoresErrors())
		}
		if err != nil || !isMatch {
			continue
		}
		outcome := policy.validator.Validate(context.Background(), target.resource, attributes, nil, r.namespace, celconfig.RuntimeCELCostBudget, authorizer)
		r.take(policy, outcome, binding.Spec.ValidationActions)
	}
	return nil
}

func (p *validatingPolicy) ignoresErrors() bool {
	return p.Spec.FailurePolicy != nil && *p.Spec.FailurePolicy == admissionregistrationv1.Ignore
}

func (r *run) take(policy *validatingPolicy, outcome validating.ValidateResult, actions []admissionregistrationv1.ValidationAction) {
	denies := slices.Contains(actions, admissionregistrationv1.Deny)
	for i, made := range outcome.Decisions {
		if made.Evaluation == validating.EvalError {
			isIgnored := made.Action == validating.ActionAdmit || !denies
			r.fail(policy.Name, policy.placeOf(i, len(outcome.Decisions), made.Message), errors.New(made.Message), isIgnored)
			continue
		}
		if made.Action != validating.ActionDeny {
			continue
		}
		if i < len(policy.messages.failures) && policy.messages.failures[i] != nil {
			r.fail(policy.Name, messagePlace(i), policy.messages.failures[i], true)
		}
		if denies {
			r.result.Denied = append(r.result.Denied, decision{policy.Name, made.Message, made.Reason})
		}
		if slices.Contains(actions, admissionregistrationv1.Warn) {
			r.result.Warned = append(r.result.Warned, decision{Policy: policy.Name, Message: made.Message})
		}
	}
	for i, annotation := range outcome.AuditAnnotations {
		if annotation.Error != "" {
			isIgnored := annotation.Action != validating.AuditAnnotationActionError
			r.fail(policy.Name, annotationPlace(policy.Spec.AuditAnnotations[i].Key), errors.New(annotation.Error), isIgnored)
		}
	}
}

// placeOf tells where an evaluation failed. Where it ended early, for want of budget or in a match condition, the API
// server makes one decision for all of the validations, and only the last budget in use tells of which kind.
func (p *validatingPolicy) placeOf(index, decisions int, message string) string {
	switch {
	case p.recorder.scope == matchConditions:
		return matchConditions
	case decisions != len(p.Spec.Validations):
		return p.recorder.scope
	case strings.HasPrefix(message, "failed messageExpression: "):
		return messagePlace(index)
	default:
		return validationPlace(index)
	}
}
