#include "core/options.h"

namespace resnet {

namespace {
ConvolutionAlgorithm algorithm = ConvolutionAlgorithm::kFast;
}  // namespace

ConvolutionAlgorithm convolutionAlgorithm() { return algorithm; }
void setConvolutionAlgorithm(ConvolutionAlgorithm wanted) { algorithm = wanted; }

}  // namespace resnet
