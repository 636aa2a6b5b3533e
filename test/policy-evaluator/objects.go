package main

import (
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kubejson "k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/authentication/user"
	listersv1 "k8s.io/client-go/listers/core/v1"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/admissionregistration/install"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
)

// interfaces give the policies the API server's own conversions and defaults for pods and the workloads built into
// Kubernetes. Objects of other kinds stay as they are, as custom resources do.
var interfaces = admission.NewObjectInterfacesFromScheme(legacyscheme.Scheme)

var jsonSerializer = kubejson.NewSerializerWithOptions(kubejson.DefaultMetaFactory, legacyscheme.Scheme, legacyscheme.Scheme, kubejson.SerializerOptions{})

// decodeObject gives an object as the API server has it when admission begins: with its defaults, in the internal version.
func decodeObject(data json.RawMessage) (runtime.Object, error) {
	if len(data) == 0 || string(data) == "null" {
		return nil, nil
	}
	var typeMeta metav1.TypeMeta
	if err := json.Unmarshal(data, &typeMeta); err != nil {
		return nil, err
	}
	if typeMeta.Kind == "" || typeMeta.APIVersion == "" {
		return nil, fmt.Errorf("an object needs a kind and an apiVersion")
	}
	if !legacyscheme.Scheme.Recognizes(typeMeta.GroupVersionKind()) {
		object := &unstructured.Unstructured{}
		return object, object.UnmarshalJSON(data)
	}
	object, _, err := legacyscheme.Codecs.UniversalDecoder().Decode(data, nil, nil)
	return object, err
}

// encodeObject writes an object in the version of the request.
func encodeObject(object runtime.Object, kind schema.GroupVersionKind) (json.RawMessage, error) {
	if object == nil {
		return json.RawMessage("null"), nil
	}
	versioned, err := admission.ConvertToGVK(object, kind, interfaces)
	if err != nil {
		return nil, err
	}
	return runtime.Encode(jsonSerializer, versioned)
}

// storeObject writes what the policies made of the object back into the request, as the API server does after each pass.
func storeObject(versioned *admission.VersionedAttributes) error {
	target := versioned.Attributes.GetObject()
	if custom, ok := target.(*unstructured.Unstructured); ok {
		custom.Object = versioned.VersionedObject.Object().(*unstructured.Unstructured).Object
		return nil
	}
	return interfaces.GetObjectConvertor().Convert(versioned.VersionedObject.Object(), target, nil)
}

// attributesOf builds what the API server knows of a request before any policy runs.
func attributesOf(review *review) (admission.Attributes, error) {
	object, err := decodeObject(review.Object)
	if err != nil {
		return nil, fmt.Errorf("object: %w", err)
	}
	oldObject, err := decodeObject(review.OldObject)
	if err != nil {
		return nil, fmt.Errorf("oldObject: %w", err)
	}
	subject := object
	if subject == nil {
		subject = oldObject
	}
	if subject == nil {
		return nil, fmt.Errorf("a review needs an object or an oldObject")
	}
	accessor, err := meta.Accessor(subject)
	if err != nil {
		return nil, err
	}
	namespace := accessor.GetNamespace()
	if review.Namespace != nil {
		namespace = review.Namespace.Name
		// The API server sets what the request's path says.
		if accessor.GetNamespace() == "" {
			accessor.SetNamespace(namespace)
		}
	}
	requester := &user.DefaultInfo{Name: "kubernetes-admin", Groups: []string{"system:masters", "system:authenticated"}}
	if review.UserInfo != nil {
		requester = &user.DefaultInfo{Name: review.UserInfo.Username, Groups: review.UserInfo.Groups, UID: review.UserInfo.UID}
	}
	return admission.NewAttributesRecord(object, oldObject, review.kind(), namespace, accessor.GetName(), review.resource(),
		review.SubResource, review.operation(), operationOptions(review.operation()), review.DryRun, requester), nil
}

func operationOptions(operation admission.Operation) runtime.Object {
	switch operation {
	case admission.Update:
		return &metav1.UpdateOptions{}
	case admission.Delete:
		return &metav1.DeleteOptions{}
	default:
		return &metav1.CreateOptions{}
	}
}

// oneNamespace is the cache of namespaces that selectors look into.
type oneNamespace struct{ namespace *corev1.Namespace }

var _ listersv1.NamespaceLister = oneNamespace{}

func (l oneNamespace) Get(name string) (*corev1.Namespace, error) {
	if l.namespace == nil || l.namespace.Name != name {
		return nil, apierrors.NewNotFound(corev1.Resource("namespaces"), name)
	}
	return l.namespace, nil
}

func (l oneNamespace) List(labels.Selector) ([]*corev1.Namespace, error) {
	return []*corev1.Namespace{l.namespace}, nil
}
